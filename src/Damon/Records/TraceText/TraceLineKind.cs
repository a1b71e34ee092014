namespace Damon.Records.TraceText;

/// <summary>What a line of trace text is.</summary>
enum TraceLineKind
{
    /// <summary>No DAMON event that is read here: passed over.</summary>
    Foreign,

    /// <summary>A DAMON event whose fields cannot be read.</summary>
    Broken,

    /// <summary>A region of a snapshot.</summary>
    Region,

    /// <summary>A new sampling interval.</summary>
    Tune,

    /// <summary>A DAMON event in front of which there is no time.</summary>
    Timeless,

    /// <summary>A DAMON event whose time is a whole number in an unknown unit.</summary>
    Uncounted,
}
