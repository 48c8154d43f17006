"""What is this?, the glossary, hints, About and the notice after a crash."""
