"""What an agreement provides, on one page; and two or more agreements side by side, in words and in behaviour."""
