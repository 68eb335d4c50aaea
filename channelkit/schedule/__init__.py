"""Schedules: what runs when is read from one file, and each scheduler's own files are rendered from it.

Reading and rendering are pure; `installing` alone touches the machine.
"""
