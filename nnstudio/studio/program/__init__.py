"""The application object, log, exception hook, crash marker, single instance, settings, languages."""
