"""A client of the platform, written from Protos/README.md alone. Section numbers are those of that document."""
