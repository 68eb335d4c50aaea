"""What a person may do with listings: proposed as decisions, shown as the plan they lead to, then kept and sent."""
