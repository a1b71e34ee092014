namespace Damo.CommandLine;

/// <summary>How many colours a terminal shows.</summary>
enum ColorDepth
{
    /// <summary>No escape sequences, and nothing but ASCII.</summary>
    None,

    /// <summary>The 256 colours of xterm.</summary>
    Indexed,

    /// <summary>24 bits.</summary>
    True,
}
