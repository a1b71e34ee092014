namespace Damon.Numbers;

/// <summary>A number that was read: whole numbers are kept exactly, all others as the Python tools have them.</summary>
/// <param name="Value">As floating point; never negative, always finite.</param>
/// <param name="Whole">Exactly, if it is a whole number below 2^64.</param>
/// <param name="IsMax">Whether it was written as <c>max</c>.</param>
readonly record struct Amount(double Value, ulong? Whole, bool IsMax = false)
{
    /// <summary>The word <c>max</c>.</summary>
    public static Amount Max => new(ulong.MaxValue, ulong.MaxValue, true);

    /// <summary>A whole number.</summary>
    public static Amount Of(ulong value) => new(value, value);

    /// <summary>Cut to a whole number; 2^64 - 1 for all above.</summary>
    public ulong Cut() => Whole ?? (Value >= ulong.MaxValue ? ulong.MaxValue : (ulong)Value);

    /// <summary>In a smaller unit.</summary>
    public Amount Times(ulong factor) =>
        IsMax ? this : new(Value * factor, Whole is { } whole && Math.BigMul(whole, factor, out ulong low) == 0 ? low : null);

    /// <summary>Together; <c>max</c> and anything is <c>max</c>.</summary>
    public Amount Plus(Amount other) =>
        IsMax || other.IsMax ? Max : new(Value + other.Value, Whole is { } a && other.Whole is { } b && a <= ulong.MaxValue - b ? a + b : null);
}
