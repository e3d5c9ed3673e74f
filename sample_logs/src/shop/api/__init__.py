"""What browsers and the cart talk to."""
