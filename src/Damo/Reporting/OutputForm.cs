namespace Damo.Reporting;

/// <summary>In which form a report is written.</summary>
enum OutputForm
{
    /// <summary>As the first tool wrote it.</summary>
    Text,

    /// <summary>One JSON value.</summary>
    Json,

    /// <summary>Comma separated values under a line of names.</summary>
    Csv,
}
