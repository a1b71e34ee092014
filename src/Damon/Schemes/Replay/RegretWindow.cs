namespace Damon.Schemes.Replay;

/// <summary>How much of what an action took was accessed again so soon that taking it was a mistake.</summary>
/// <param name="Seconds">How soon: within this time.</param>
public sealed record RegretWindow(int Seconds)
{
    /// <summary>The shortest time that is looked at, in seconds.</summary>
    public const int Shortest = 10;

    /// <summary>Bytes taken of which the record shows what became of them for so long.</summary>
    public ulong JudgedBytes { get; internal set; }

    /// <summary>Bytes of them that were accessed again.</summary>
    public ulong RegrettedBytes { get; internal set; }

    /// <summary>The share, [0, 1]; null where nothing can be judged.</summary>
    public double? Share => JudgedBytes == 0 ? null : (double)RegrettedBytes / JudgedBytes;
}
