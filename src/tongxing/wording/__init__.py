"""Word: a touch, an approved text and facts -> the exact words for one channel. Never promises or invents."""
