"""How things went over time: sales, tabs, prices, stock, errors, budgets, as Arrow tables by the marketplace's days."""
