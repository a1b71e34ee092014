using System.Text;
using Damon.Linux.Processes;

namespace Damon.Linux.Tests.Processes;

public sealed class ProcessStatHostileTests
{
    [Theory]
    [InlineData("1 (init) S 0 1 1 0 -1 4194560 12 0 0", 'S', 0, 4194560u)]
    [InlineData("17 (kworker/0:1-ev) I 2 0 0 0 -1 69238880 0", 'I', 2, 69238880u)]
    [InlineData("17 () R 2 0 0 0 -1 1 0", 'R', 2, 1u)]
    [InlineData("17 (a) b) R 99) Z 3 0 0 0 -1 5 0", 'Z', 3, 5u)]
    [InlineData("17 (two\nlines (and) R 5 5) x 3 0 0 0 -1 5", 'x', 3, 5u)]
    [InlineData("17 (\u00e4\u4f60) S 3 0 0 0 -1 5 1", 'S', 3, 5u)]
    public void State_parent_and_flags_are_read_whatever_the_name(string text, char state, int parent, uint flags)
    {
        Assert.True(ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out ProcessStat stat));
        Assert.Equal(new ProcessStat(state, parent, flags), stat);
    }

    [Theory]
    [InlineData('R', 0u, false, false)]
    [InlineData('Z', 0u, true, false)]
    [InlineData('X', 0u, true, false)]
    [InlineData('S', 0x0020_0000u, false, true)]
    [InlineData('S', 0x0020_0040u, false, true)]
    public void Zombies_and_kernel_threads_are_recognised(char state, uint flags, bool zombie, bool kernelThread)
    {
        ProcessStat stat = new(state, 1, flags);
        Assert.Equal(zombie, stat.IsZombie);
        Assert.Equal(kernelThread, stat.IsKernelThread);
    }

    [Fact]
    public void A_stat_text_cut_before_its_flags_is_refused_and_no_cut_throws()
    {
        const string Text = "17 (na) me) S 33 44 55 66 -1 4194560";
        for (int length = 0; length < Text.Length - "4194560".Length; length++)
        {
            Assert.False(ProcessStat.TryParse(Encoding.UTF8.GetBytes(Text[..length]), out ProcessStat stat));
            Assert.Equal(default, stat);
        }
    }

    [Fact]
    public void Hostile_text_does_no_harm()
    {
        string[] pieces = ["1", " ", "(", ")", "S", "-1", "99999999999999999999", "\n", "x", "\0"];
        Random random = new(7);
        for (int round = 0; round < 50_000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (!ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out ProcessStat stat))
            {
                Assert.Equal(default, stat);
            }
        }
    }
}
