"""Whatever is sent, there is an answer: inputs that hypothesis makes, and those that once failed.

``make fuzz`` tries twenty times as many, other ones each time. What it finds becomes an
``example`` of its test.
"""
