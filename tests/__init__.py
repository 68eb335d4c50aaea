"""Sentences about what channelkit does, run against real parts."""
