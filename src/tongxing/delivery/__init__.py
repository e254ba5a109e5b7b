"""The room that sends: cleared words become a message for one channel. It takes nothing uncleared."""
