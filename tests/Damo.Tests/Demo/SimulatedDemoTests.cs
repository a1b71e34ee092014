using Damo.CommandLine;
using Damo.Demo;

namespace Damo.Tests.Demo;

public class SimulatedDemoTests
{
    [Fact]
    public void The_simulated_demo_finds_the_truth_and_says_what_to_do_next()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("damo-test");
        try
        {
            string record = Path.Combine(directory.FullName, "damon.data");
            string first = Run(record);
            Assert.Contains("FOUND by monitoring", first, StringComparison.Ordinal);
            Assert.Contains("precision 1.0000, recall 1.0000", first, StringComparison.Ordinal);
            Assert.Contains($"\nNext:  damo report raw -i {record}  the record in numbers\n       damo record \"sleep 5\"", first, StringComparison.Ordinal);
            Assert.True(new FileInfo(record).Length > 1000);
            Assert.All(first.Split('\n'), line => Assert.InRange(line.Length, 0, 80 + record.Length));

            // The same seed sees the same.
            Assert.Equal(first, Run(record));
            Assert.True(File.Exists(record + ".old"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    static string Run(string record)
    {
        StringWriter output = new();
        DemoRunner runner = new(new Terminal(output, TextWriter.Null, errorIsTerminal: false), ColorDepth.None);
        Assert.Equal(0, runner.Run(new DemoArguments(TimeSpan.FromSeconds(5), record, Simulated: true, Seed: 1)));
        return output.ToString();
    }
}
