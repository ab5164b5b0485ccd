"""What the tests stand on: a Ringwall of their own, networks built by boto3, and real sockets inside them."""
