"""What channelkit costs: seconds, memory and calls, measured side by side with the bare tools."""
