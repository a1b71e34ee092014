namespace Damon.Linux.KernelDamon;

/// <summary>What became of a note.</summary>
/// <param name="Name">The name of the note.</param>
/// <param name="State">In which way it is left.</param>
/// <param name="Text">One line for the user.</param>
sealed record Leftover(string Name, LeftoverState State, string Text);
