"""What stock may do: growth conventions, price history, simulated paths, chances, break-even, quoted growth."""
