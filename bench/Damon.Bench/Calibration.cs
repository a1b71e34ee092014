namespace Damon.Bench;

/// <summary>A fixed piece of work, which tells how fast the machine is at this time.</summary>
static class Calibration
{
    /// <summary>The work.</summary>
    public static Work Work { get; } = new("calibration: 100 million dependent steps", Run);

    static long Run()
    {
        ulong value = 1;
        for (int i = 0; i < 100_000_000; i++)
        {
            value = (value * 6364136223846793005) + 1442695040888963407;
        }

        return (long)value;
    }
}
