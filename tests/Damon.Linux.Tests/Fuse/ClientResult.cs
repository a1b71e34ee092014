namespace Damon.Linux.Tests.Fuse;

/// <summary>How a client ended, and what it printed.</summary>
internal sealed record ClientResult(int ExitCode, string Output, string Errors);
