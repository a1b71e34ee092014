using System.Globalization;
using System.Text.Json;
using Damo.CommandLine;

namespace Damo.DebugFs;

/// <summary><c>damo debugfs status</c>: what is mounted, who serves it, and whether it monitors.</summary>
static class MountStatus
{
    /// <param name="isJson">Whether for programs.</param>
    /// <param name="terminal">Where to.</param>
    public static int Run(bool isJson, Terminal terminal)
    {
        IReadOnlyList<DebugFsMount> mounts = DebugFsMount.All();
        if (isJson)
        {
            WriteJson(mounts, terminal);
            return (int)ExitCode.Done;
        }

        if (mounts.Count == 0)
        {
            terminal.Out.WriteLine("nothing is mounted; 'damo debugfs mount' does it");
        }

        foreach (DebugFsMount mount in mounts)
        {
            string state = mount.IsOn() switch
            {
                true => $"on, targets {mount.Targets()}",
                false => "off",
                null when mount.IsDenied() => "not known: only root may look into it",
                null => $"no answer: its server has ended or hangs; 'damo debugfs umount {mount.Directory}' clears it away",
            };
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mount.Directory}: served by process {mount.ServerPid}, monitoring {state}"));
        }

        return (int)ExitCode.Done;
    }

    static void WriteJson(IReadOnlyList<DebugFsMount> mounts, Terminal terminal)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (DebugFsMount mount in mounts)
            {
                bool? isOn = mount.IsOn();
                json.WriteStartObject();
                json.WriteString("directory", mount.Directory);
                json.WriteNumber("server_pid", mount.ServerPid);
                json.WriteBoolean("answers", isOn is not null);
                json.WriteBoolean("denied", isOn is null && mount.IsDenied());
                json.WriteBoolean("on", isOn ?? false);
                json.WriteString("targets", mount.Targets() ?? "");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        terminal.Out.WriteLine(System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }
}
