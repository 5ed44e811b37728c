"""All identity endpoints of the contract, served on this machine. Needs the extra ``service``."""
