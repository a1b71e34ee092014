namespace Damon.Schemes.Text;

/// <summary>What number an age without upper limit becomes.</summary>
enum AgeLimitRule
{
    /// <summary>The first tool's: 4294967295 intervals.</summary>
    Intervals,

    /// <summary>The rule of its releases from 0.0.1 on: 4294967295 microseconds in intervals, 42949 by default.</summary>
    Microseconds,
}
