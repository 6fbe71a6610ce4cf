"""Tests of how comments come in."""
