namespace Damon.Linux.Tests.Fuse;

/// <summary>How a client ended, and what it printed.</summary>
sealed record ClientResult(int ExitCode, string Output, string Errors);
