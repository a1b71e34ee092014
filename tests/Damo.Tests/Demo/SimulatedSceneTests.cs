using Damo.Demo;
using Damo.Workloads;
using Damon.Simulation;

namespace Damo.Tests.Demo;

public class SimulatedSceneTests
{
    [Fact]
    public void The_script_of_a_demo_of_any_length_fits_and_lasts_as_long_as_the_demo_or_a_whole_round()
    {
        for (int seconds = 1; seconds <= 3600; seconds = seconds < 60 ? seconds + 1 : seconds * 2)
        {
            TimeSpan duration = TimeSpan.FromSeconds(seconds);
            SimulatedScene scene = new(duration);
            double lastsNs = scene.Pattern.Phases.Sum(static p => p.DurationUs) * 1000.0;
            Assert.True(lastsNs >= Math.Min(duration.TotalNanoseconds, StripesPattern.RoundNs));
        }
    }

    [Fact]
    public void A_round_that_comes_again_is_the_round_of_the_stripes()
    {
        SimulatedScene scene = new(TimeSpan.FromHours(1));
        Assert.Equal(StripesPattern.RoundNs, scene.Pattern.Phases.Sum(static p => p.DurationUs) * 1000);

        // A round of the script begins again with the stripes where they were at first.
        SimulatedAccess[] first = scene.Pattern.AccessesAt(0).ToArray();
        Assert.Equal(first, scene.Pattern.AccessesAt(StripesPattern.RoundNs).ToArray());
        Assert.NotEqual(first, scene.Pattern.AccessesAt(StripesPattern.RoundNs - 1).ToArray());
    }
}
