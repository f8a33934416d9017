"""What every page is built of: blocks, words, charts, the record of figures."""
