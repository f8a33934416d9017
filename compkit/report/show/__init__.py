"""Building blocks of every page: blocks, words, charts, recorded figures."""
