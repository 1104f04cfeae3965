"""An entry that is published is found at once, without training the bot."""
