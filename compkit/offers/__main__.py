"""`python -m compkit.offers`: write data/offers/offers.schema.json from the model and the tables."""

from __future__ import annotations

import json

from compkit.offers import offers_json_schema
from compkit.reference import data_directory, load_tables


def main() -> None:
    """Write the JSON Schema of offers files for editors."""
    schema = offers_json_schema(load_tables().choices)
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    (data_directory() / "offers" / "offers.schema.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
