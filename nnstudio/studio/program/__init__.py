"""The application object, log, exception hook, single instance, languages."""
