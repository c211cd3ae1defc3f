"""The shell: offices, users, clients, sign-in, settings, layout. Imports neither migration nor sba."""
