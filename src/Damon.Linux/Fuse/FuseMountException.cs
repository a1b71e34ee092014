namespace Damon.Linux.Fuse;

/// <summary>A file system could not be mounted or unmounted. The message is one line for people.</summary>
sealed class FuseMountException(string message) : Exception(message);
