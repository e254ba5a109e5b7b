"""How statements name the currency of a line."""

CURRENCIES = {
    "": "CNY",
    "0": "CNY",
    "人民币": "CNY",
    "人民币元": "CNY",
    "RMB": "CNY",
    "CNY": "CNY",
    "港币": "HKD",
    "港元": "HKD",
    "HKD": "HKD",
    "1": "HKD",
    "美元": "USD",
    "美金": "USD",
    "USD": "USD",
    "2": "USD",
    "欧元": "EUR",
    "EUR": "EUR",
    "英镑": "GBP",
    "GBP": "GBP",
    "日元": "JPY",
    "JPY": "JPY",
}
"""Names and counter codes of currencies."""
