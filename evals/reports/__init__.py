"""What a run comes to: figures with intervals, tables, failures; as JSON, XML, CSV and HTML."""
