namespace Damon.Schemes.Text;

/// <summary>Which numbers a kernel's <c>schemes</c> file has for a scheme.</summary>
enum ColumnLayout
{
    /// <summary>7: the access pattern and the action.</summary>
    Pattern,

    /// <summary>9: and a quota of bytes, and its window.</summary>
    SizeQuota,

    /// <summary>12: and three weights.</summary>
    Weights,

    /// <summary>17: and watermarks.</summary>
    Watermarks,

    /// <summary>18: and a quota of time in front of that of bytes; Linux 5.16 and later.</summary>
    TimeQuota,
}
