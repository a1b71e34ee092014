using Damon.Simulation;

namespace Damon.Tests.Simulation;

public sealed class SimulatedPatternTests
{
    const long Ms = 1_000_000;

    [Fact]
    public void Text_gives_the_script_it_says()
    {
        SimulatedPattern pattern = SimulatedPattern.Parse("""
            # two mappings
            map 1G 1G
            map 0x100000000 64M from 3s until 8s
            phase 2s
              access 1G 16M always
              access 0x4B000000 32M every 20ms
            phase 500ms
            repeat
            die 1min
            """);

        Assert.Equal(
            [new(new(1 << 30, 2UL << 30)), new(new(1UL << 32, (1UL << 32) + (64 << 20)), 3_000_000, 8_000_000)],
            pattern.Mappings);
        Assert.Equal([2_000_000, 500_000], pattern.Phases.Select(phase => phase.DurationUs));
        Assert.Equal(
            [new(new(1 << 30, (1 << 30) + (16 << 20)), 0), new(new(0x4B000000, 0x4B000000 + (32 << 20)), 20_000)],
            pattern.Phases[0].Accesses);
        Assert.Empty(pattern.Phases[1].Accesses);
        Assert.True(pattern.Repeats);
        Assert.Equal(60_000_000, pattern.DiesAtUs);
    }

    [Theory]
    [InlineData("mop 1 2", "line 1: 'mop' is not known")]
    [InlineData("\n\nmap 1", "line 3: expected 'map START SIZE")]
    [InlineData("map 1 2 until 3s from 1s", "line 1: expected 'map")]
    [InlineData("map 1 2 from 1s until", "line 1: expected 'map")]
    [InlineData("map 1 0", "line 1: a range of 0 bytes at 1 is empty")]
    [InlineData("map 0xffffffffffffffff 2", "line 1: a range of 2 bytes")]
    [InlineData("map -1 2", "line 1: '-1' is not a number of bytes")]
    [InlineData("map 16385P 1", "line 1: '16385P' is not a number of bytes")]
    [InlineData("map K 1", "line 1: 'K' is not a number of bytes")]
    [InlineData("map 0x 1", "line 1: '0x' is not a number of bytes")]
    [InlineData("map 1 2 from 3s until 2s", "line 1: the mapping 1-3 lasts from 3000000 us until 2000000 us")]
    [InlineData("access 1 2 always", "line 1: 'access' must come after a 'phase'")]
    [InlineData("phase 1s\naccess 1 2 sometimes", "line 2: expected 'access")]
    [InlineData("phase 1s\naccess 1 2 every", "line 2: expected 'access")]
    [InlineData("phase 1s\naccess 8 8 always\naccess 0 9 every 1s", "line 3: the access to 8-10 overlaps")]
    [InlineData("phase 5", "line 1: '5' is not a time")]
    [InlineData("phase s", "line 1: 's' is not a time")]
    [InlineData("phase 0s", "line 1: '0s' is not a time")]
    [InlineData("phase 99999999h", "line 1: '99999999h' is not a time")]
    [InlineData("phase 876000h\nphase 876000h", "line 2: the phases last more than")]
    [InlineData("phase", "line 1: expected 'phase TIME'")]
    [InlineData("repeat twice", "line 1: expected 'repeat'")]
    [InlineData("die", "line 1: expected 'die TIME'")]
    public void Faults_name_the_line(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => SimulatedPattern.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_length_and_number_of_script_lines_are_bounded()
    {
        string many = string.Join('\n', Enumerable.Repeat("map 1 2", SimulatedPattern.MaxItems));
        Assert.Equal(SimulatedPattern.MaxItems, SimulatedPattern.Parse(many).Mappings.Length);
        Assert.StartsWith(
            "line 1001: more than 1000",
            Assert.Throws<FormatException>(() => SimulatedPattern.Parse(many + "\nrepeat")).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "line 1: the line has",
            Assert.Throws<FormatException>(() => SimulatedPattern.Parse("map " + new string('1', 2000))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Random_text_gives_a_script_or_a_line_number()
    {
        string[] words =
        [
            "map",
            "phase",
            "access",
            "repeat",
            "die",
            "always",
            "every",
            "from",
            "until",
            "1G",
            "0x10",
            "5ms",
            "2s",
            "0",
            "-1",
            "\n",
            "#",
            "1T",
            "é",
            "9999999999999999999999",
        ];
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Join(' ', Enumerable.Range(0, random.Next(12)).Select(_ => words[random.Next(words.Length)]));
            try
            {
                Assert.NotNull(SimulatedPattern.Parse(text));
            }
            catch (FormatException e)
            {
                Assert.StartsWith("line ", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(0, 5, true)] // the access at 0
    [InlineData(5, 10, false)]
    [InlineData(15, 20, false)] // half-open
    [InlineData(15, 21, true)]
    [InlineData(20, 25, true)]
    [InlineData(1, 100, true)]
    [InlineData(95, 100, false)] // nothing at the end of the phase
    [InlineData(95, 105, false)] // the second phase accesses something else
    [InlineData(100, 195, false)]
    [InlineData(195, 205, true)] // the first phase again
    [InlineData(205, 220, false)]
    [InlineData(1001, 1019, false)]
    [InlineData(1001, 1021, true)]
    [InlineData(101, 100_000, true)] // longer than many rounds
    public void Periods_count_from_the_begin_of_their_phase(int fromMs, int untilMs, bool accessed)
    {
        SimulatedPattern pattern = SimulatedPattern.Parse("""
            map 0 100
            phase 100ms
            access 10 10 every 20ms
            phase 100ms
            access 50 10 always
            repeat
            """);
        Assert.Equal(accessed, pattern.IsAccessed(10, fromMs * Ms, untilMs * Ms));
        Assert.Equal(accessed, pattern.IsAccessed(19, fromMs * Ms, untilMs * Ms));
        Assert.False(pattern.IsAccessed(9, fromMs * Ms, untilMs * Ms));
        Assert.False(pattern.IsAccessed(20, fromMs * Ms, untilMs * Ms));
    }

    [Fact]
    public void Accesses_are_as_a_plain_walk_over_their_moments_says()
    {
        SimulatedPattern pattern = SimulatedPattern.Parse("""
            map 0 100
            phase 7ms
            access 0 10 every 2ms
            access 30 1 every 3ms
            phase 4ms
            access 0 5 every 3ms
            repeat
            """);
        for (ulong address = 0; address < 40; address += 5)
        {
            for (int from = 0; from < 40; from++)
            {
                for (int until = from; until < 60; until++)
                {
                    bool expected = Enumerable.Range(from, until - from).Any(ms => (ms % 11) switch
                    {
                        < 7 and var t => (address < 10 && t % 2 == 0) || (address == 30 && t % 3 == 0),
                        var t => address < 5 && (t - 7) % 3 == 0,
                    });
                    Assert.True(expected == pattern.IsAccessed(address, from * Ms, until * Ms), $"{address} {from} {until}");
                }
            }
        }
    }

    [Fact]
    public void The_last_phase_stays_without_repeat()
    {
        SimulatedPattern pattern = SimulatedPattern.Parse("map 0 9\nphase 1s\nphase 1s\naccess 0 9 always");
        Assert.False(pattern.IsAccessed(3, 0, 1000 * Ms));
        Assert.True(pattern.IsAccessed(3, 0, (1000 * Ms) + 1));
        Assert.True(pattern.IsAccessed(3, 99_999 * Ms, 100_000 * Ms));
        Assert.Empty(pattern.AccessesAt(0).ToArray());
        Assert.Single(pattern.AccessesAt(99_999 * Ms).ToArray());
    }

    [Fact]
    public void Mappings_come_and_go_and_take_their_accesses_along()
    {
        SimulatedPattern pattern = SimulatedPattern.Parse("""
            map 0 10
            map 10 10 from 1s
            map 15 30 from 2s until 3s
            phase 1s
            access 0 100 always
            """);
        Assert.Equal([new(0, 10)], pattern.MappedAt(0).ToArray());
        Assert.Equal([new(0, 10)], pattern.MappedAt((1000 * Ms) - 1).ToArray());
        Assert.Equal([new(0, 20)], pattern.MappedAt(1000 * Ms).ToArray());
        Assert.Equal([new(0, 45)], pattern.MappedAt(2500 * Ms).ToArray());
        Assert.Equal([new(0, 20)], pattern.MappedAt(3000 * Ms).ToArray());
        Assert.False(pattern.IsAccessed(30, 0, 1500 * Ms));
        Assert.True(pattern.IsAccessed(30, 0, 2500 * Ms));
        Assert.False(pattern.IsAccessed(30, 2500 * Ms, 3000 * Ms));
    }

    [Fact]
    public void A_space_dies_when_the_script_says()
    {
        SimulatedPattern pattern = SimulatedPattern.Parse("die 10ms");
        Assert.True(pattern.IsAlive((10 * Ms) - 1));
        Assert.False(pattern.IsAlive(10 * Ms));
        Assert.True(SimulatedPattern.Parse(string.Empty).IsAlive(long.MaxValue));
    }

    [Theory]
    [InlineData("1min")]
    [InlineData("1m")]
    [InlineData("60sec")]
    public void A_minute_is_written_as_everywhere(string time) =>
        Assert.Equal(60_000_000, SimulatedPattern.Parse($"map 4096 4096\nphase {time}").Phases[0].DurationUs);
}
