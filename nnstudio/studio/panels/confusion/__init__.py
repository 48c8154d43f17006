"""The panel Confusion."""
