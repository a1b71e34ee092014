namespace Damon.Reports.Access;

/// <summary>How much size, access rate and age count for the temperature of a region.</summary>
/// <param name="Size">Per byte.</param>
/// <param name="AccessRate">Per percent of the samples.</param>
/// <param name="Age">Per microsecond.</param>
readonly record struct TemperatureWeights(int Size, int AccessRate, int Age)
{
    /// <summary>The current tool's: 0, 100, 100.</summary>
    public static TemperatureWeights Default { get; } = new(0, 100, 100);

    /// <summary>The temperature; what is not accessed is the colder the longer.</summary>
    public Int128 Temperature(ulong size, long percent, long ageUs)
    {
        Int128 sum = ((Int128)size * Size) + ((Int128)percent * AccessRate) + ((Int128)ageUs * Age);
        return percent == 0 ? -sum : sum;
    }
}
