namespace Damo.Tests.Commands;

/// <summary>A stream whose every write fails.</summary>
sealed class FailingStream(Exception failure) : MemoryStream
{
    public override void Write(byte[] buffer, int offset, int count) => throw failure;

    public override void Write(ReadOnlySpan<byte> buffer) => throw failure;
}
