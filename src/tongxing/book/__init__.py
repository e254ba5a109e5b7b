"""What the business decides, as pages of data, with a strict reader: text in, values or problems out."""
