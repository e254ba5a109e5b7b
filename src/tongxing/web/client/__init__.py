"""The client app: what a client sees and does on their own pages, under `/me`."""
