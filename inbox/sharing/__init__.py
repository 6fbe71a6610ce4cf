"""Who of the members has whom: teams, giving a conversation to a member or a team, who is away, and what goes back."""
