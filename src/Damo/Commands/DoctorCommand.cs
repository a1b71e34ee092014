using System.CommandLine;
using System.Text.Json;
using Damo.CommandLine;
using Damon.Linux.Diagnosis;

namespace Damo.Commands;

/// <summary><c>damo doctor</c>: what this machine can do, check by check, with the reason and the remedy.</summary>
static class DoctorCommand
{
    static readonly Option<bool> s_json = new("--json") { Description = "For programs: an array of findings" };

    public static Command Create(Terminal terminal)
    {
        Command command = new("doctor", "Show what this machine can do for monitoring, and what is missing") { s_json };
        command.SetAction(parsed => Run(new MachineDiagnosis(program: Environment.ProcessPath).Run(), parsed.GetValue(s_json), terminal));
        return command;
    }

    /// <returns>0 when at least one access check works.</returns>
    internal static int Run(IReadOnlyList<Finding> findings, bool asJson, Terminal terminal)
    {
        if (asJson)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(findings, DoctorJson.Default.IReadOnlyListFinding));
        }
        else
        {
            Print(findings, terminal.Out);
        }

        return findings.Any(f => f is { Name: "chosen by auto", Works: false }) ? (int)ExitCode.Failed : (int)ExitCode.Done;
    }

    static void Print(IReadOnlyList<Finding> findings, TextWriter output)
    {
        int width = findings.Max(f => f.Name.Length);
        foreach (IGrouping<string, Finding> group in findings.GroupBy(f => f.Group))
        {
            output.WriteLine($"{group.Key}:");
            foreach (Finding finding in group)
            {
                string mark = finding.Works switch { true => "yes", false => "no ", null => "   " };
                output.WriteLine($"  {mark}  {finding.Name.PadRight(width)}  {finding.Detail}");
                if (finding.Remedy is not null)
                {
                    output.WriteLine($"       {new string(' ', width)}  -> {finding.Remedy}");
                }
            }
        }
    }
}
