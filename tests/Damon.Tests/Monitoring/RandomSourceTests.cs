using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class RandomSourceTests
{
    /// <summary>Worked out by another program, from the definitions of splitmix64 and xoshiro256**.</summary>
    [Theory]
    [InlineData(0, new ulong[] { 0x99EC5F36CB75F2B4, 0xBF6E1F784956452A, 0x1A5F849D4933E6E0, 0x6AA594F1262D2D2C })]
    [InlineData(1, new ulong[] { 0xB3F2AF6D0FC710C5, 0x853B559647364CEA, 0x92F89756082A4514, 0x642E1C7BC266A3A7 })]
    [InlineData(ulong.MaxValue, new ulong[] { 0x8F5520D52A7EAD08, 0xC476A018CAA1802D, 0x81DE31C0D260469E, 0xBF658D7E065F3C2F })]
    public void The_sequence_of_a_seed_never_changes(ulong seed, ulong[] bits)
    {
        RandomSource random = new(seed);
        Assert.Equal(bits, Enumerable.Range(0, 4).Select(_ => random.NextBits()));
    }

    [Fact]
    public void Numbers_of_a_range_are_its_own_and_all_of_them()
    {
        RandomSource random = new(7);
        Assert.Equal([10UL, 11UL, 12UL], Enumerable.Range(0, 200).Select(_ => random.Next(10, 13)).Distinct().Order());
        Assert.Equal(5UL, random.Next(5, 5));
        Assert.Equal(5UL, random.Next(5, 4));
        Assert.Equal(5UL, random.Next(5, 6));

        // An empty range takes no number from the sequence.
        RandomSource one = new(3);
        RandomSource other = new(3);
        one.Next(9, 9);
        Assert.Equal(other.NextBits(), one.NextBits());
    }

    [Fact]
    public void A_context_without_a_seed_has_seed_0() =>
        Assert.Equal(new RandomSource(0).NextBits(), new MonitoringContext(new NoOperations()).Random.NextBits());
}
