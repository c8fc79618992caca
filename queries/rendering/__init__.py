"""An answer and its reasons as text, JSON, Markdown, HTML and pictures."""
