using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux.Actions;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Targets;

/// <summary>
/// What this test program is when it is started as a target: it obeys commands, one per argument and then one per line of standard
/// input, and answers each with one line that begins with <c>ok</c>. It ends with its input, so none outlives its test.
/// </summary>
/// <remarks>
/// <c>map anon|thp|lock|file|shm SIZE [PATH]</c> answers <c>ok START END</c>; <c>touch START SIZE</c>; <c>read START SIZE</c>;
/// <c>loop START SIZE PERIOD_MS</c> writes to each page again and again (0: without sleeping); <c>stop</c> ends all loops;
/// <c>unmap START SIZE</c>; <c>small START SIZE</c> and <c>huge START SIZE</c> forbid and allow huge pages;
/// <c>wait sleep|pause|futex|read|dispatch</c> has a thread wait in a system call for ever and answers <c>ok TID</c>; <c>woken</c>
/// answers how often one of them returned from it; <c>registers</c> has a thread compare its registers again and again
/// and answers <c>ok TID</c>; <c>stop-registers</c> answers what it found; <c>inject PID TID START SIZE STEP</c> has that thread of another target
/// allow huge pages and is killed with SIGKILL at that step; <c>exec COMMAND;COMMAND...</c> goes on as a new target, which answers the
/// commands; <c>spawn COMMAND;...</c> answers <c>ok PID ANSWERS</c>; <c>child COMMAND</c> has the child last spawned obey; <c>end-child</c>;
/// <c>end-leader</c> ends the first thread of the process; <c>exit CODE</c>.
/// Numbers are decimal, addresses too.
/// </remarks>
static unsafe class TargetProgram
{
    /// <summary>The first argument that makes a target.</summary>
    internal const string Switch = "--target";

    /// <summary>The first argument, before a user id and a command line, that changes the user and executes the command line.</summary>
    internal const string UserSwitch = "--as-user";

    const ulong PageSize = 4096;
    const ulong HugePageSize = 2 << 20;

    static readonly Stack<Process> s_children = [];
    static int s_generation;
    static int s_woken;

    /// <summary>The command line that starts a target.</summary>
    internal static IReadOnlyList<string> CommandLine(params IEnumerable<string> commands) => [.. Program, Switch, .. commands];

    /// <summary>The command line that starts this very program, without arguments.</summary>
    internal static IReadOnlyList<string> Program
    {
        get
        {
            string path = Environment.ProcessPath!;
            return Path.GetFileNameWithoutExtension(path) == "dotnet" ? [path, Environment.GetCommandLineArgs()[0]] : [path];
        }
    }

    /// <summary>Runs as a target, if the arguments ask for it.</summary>
    /// <param name="arguments">Those of the process.</param>
    /// <param name="exitCode">What it ended with.</param>
    internal static bool TryRun(string[] arguments, out int exitCode)
    {
        exitCode = 0;
        switch (arguments)
        {
            case [Switch, .. var commands]:
                Serve(commands);
                return true;
            case [UserSwitch, var user, var program, .. var rest]:
                exitCode = ExecuteAs(uint.Parse(user, CultureInfo.InvariantCulture), program, rest);
                return true;
            default:
                return false;
        }
    }

    static void Serve(IEnumerable<string> commands)
    {
        foreach (string command in commands)
        {
            Obey(command);
        }

        ServeInput();
    }

    static void ServeInput()
    {
        while (Console.In.ReadLine() is { } line)
        {
            Obey(line);
        }

        Environment.Exit(0);
    }

    static void Obey(string command)
    {
        string answer;
        try
        {
            int blank = command.IndexOf(' ', StringComparison.Ordinal);
            answer = "ok " + (blank < 0 ? Do(command, "") : Do(command[..blank], command[(blank + 1)..]));
        }
        catch (Exception e)
        {
            answer = $"failed {e.GetType().Name} {e.Message}";
        }

        Console.Out.WriteLine(answer.TrimEnd());
        Console.Out.Flush();
    }

    static string Do(string verb, string rest)
    {
        string[] words = rest.Split(' ');
        switch (verb)
        {
            case "map":
                return Map(words[0], Number(words[1]), words.ElementAtOrDefault(2));
            case "touch":
                Sweep(Number(words[0]), Number(words[1]), Volatile.Read(ref s_generation));
                return "";
            case "read":
                return Read(Number(words[0]), Number(words[1]));
            case "small" or "huge":
                return LibC.madvise((void*)Number(words[0]), (nuint)Number(words[1]), verb == "huge" ? LibC.MADV_HUGEPAGE : LibC.MADV_NOHUGEPAGE) == 0
                    ? ""
                    : throw new IOException(ErrnoExtensions.Last().ToText());
            case "wait":
                return Wait(words[0]);
            case "woken":
                return Volatile.Read(ref s_woken).ToString(CultureInfo.InvariantCulture);
            case "registers":
                return RegisterLoop.Start().ToString(CultureInfo.InvariantCulture);
            case "stop-registers":
                return RegisterLoop.Stop();
            case "inject":
                return Inject(words);
            case "child":
                s_children.Peek().StandardInput.WriteLine(rest);
                s_children.Peek().StandardInput.Flush();
                return s_children.Peek().StandardOutput.ReadLine()!["ok".Length..].TrimStart();
            case "loop":
                Loop(Number(words[0]), Number(words[1]), int.Parse(words[2], CultureInfo.InvariantCulture));
                return "";
            case "stop":
                Interlocked.Increment(ref s_generation);
                return "";
            case "unmap":
                return LibC.munmap((void*)Number(words[0]), (nuint)Number(words[1])) == 0 ? "" : throw new IOException(ErrnoExtensions.Last().ToText());
            case "exec":
                IReadOnlyList<string> program = CommandLine(rest.Split(';', StringSplitOptions.RemoveEmptyEntries));
                throw new IOException($"errno {TargetNatives.Execute(program[0], program.Skip(1))}");
            case "spawn":
                return Spawn(rest.Split(';', StringSplitOptions.RemoveEmptyEntries));
            case "end-child":
                Process child = s_children.Pop();
                child.StandardInput.Close();
                child.WaitForExit();
                return "";
            case "end-leader":
                new Thread(ServeInput).Start();
                Console.Out.WriteLine("ok");
                Console.Out.Flush();
                _ = TargetNatives.syscall(TargetNatives.SYS_exit, 0);
                return "";
            case "exit":
                Environment.Exit(int.Parse(rest, CultureInfo.InvariantCulture));
                return "";
            default:
                throw new InvalidOperationException($"'{verb}' is no command");
        }
    }

    static string Map(string kind, ulong size, string? path)
    {
        int fd = -1;
        int flags = LibC.MAP_PRIVATE | LibC.MAP_ANONYMOUS;
        if (kind is "file" or "shm")
        {
            fd = LibC.open(path!, LibC.O_RDWR | LibC.O_CREAT | LibC.O_CLOEXEC, 0x180);
            if (fd < 0 || LibC.ftruncate(fd, (long)size) != 0)
            {
                throw new IOException($"{path}: {ErrnoExtensions.Last().ToText()}");
            }

            flags = LibC.MAP_SHARED;
        }

        ulong slack = kind == "thp" ? HugePageSize : 0;
        void* mapped = LibC.mmap(null, (nuint)(size + slack), LibC.PROT_READ | LibC.PROT_WRITE, flags, fd, 0);
        if (mapped == LibC.MAP_FAILED)
        {
            throw new IOException(ErrnoExtensions.Last().ToText());
        }

        ulong start = slack == 0 ? (ulong)mapped : ((ulong)mapped + slack - 1) & ~(slack - 1);
        _ = LibC.madvise((void*)start, (nuint)size, kind == "thp" ? LibC.MADV_HUGEPAGE : LibC.MADV_NOHUGEPAGE);
        if (kind == "lock" && TargetNatives.mlock((void*)start, (nuint)size) != 0)
        {
            throw new IOException(ErrnoExtensions.Last().ToText());
        }

        if (fd >= 0)
        {
            _ = LibC.close(fd);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{start} {start + size}");
    }

    static void Loop(ulong start, ulong size, int periodMs)
    {
        int generation = Volatile.Read(ref s_generation);
        new Thread(() =>
        {
            while (Volatile.Read(ref s_generation) == generation)
            {
                Sweep(start, size, generation);
                if (periodMs > 0)
                {
                    Thread.Sleep(periodMs);
                }
            }
        })
        {
            IsBackground = true,
        }.Start();
    }

    static void Sweep(ulong start, ulong size, int generation)
    {
        for (ulong at = start; at < start + size && Volatile.Read(ref s_generation) == generation; at += PageSize)
        {
            Volatile.Write(ref *(byte*)at, (byte)(Volatile.Read(ref *(byte*)at) + 1));
        }
    }

    static string Read(ulong start, ulong size)
    {
        int sum = 0;
        for (ulong at = start; at < start + size; at += PageSize)
        {
            sum += Volatile.Read(ref *(byte*)at);
        }

        return sum.ToString(CultureInfo.InvariantCulture);
    }

    static string Wait(string call)
    {
        long tid = 0;
        new Thread(() =>
        {
            Volatile.Write(ref tid, TargetNatives.syscall(TargetNatives.SYS_gettid, 0));
            int* ends = stackalloc int[2];
            _ = TargetNatives.pipe(ends);
            if (call == "dispatch")
            {
                // System calls from all addresses that programs have go on as such.
                _ = TargetNatives.prctl(TargetNatives.PR_SET_SYSCALL_USER_DISPATCH, TargetNatives.PR_SYS_DISPATCH_ON, 0, (nuint)1 << 47, null);
            }

            while (true)
            {
                WaitOnce(call, ends[0]);
                Interlocked.Increment(ref s_woken);
            }
        })
        {
            IsBackground = true,
        }.Start();

        // Until it is there: the file begins with the number of the system call that it waits in.
        string number = call switch { "pause" or "dispatch" => "34 ", "futex" => "202 ", "read" => "0 ", _ => "230 " };
        while (Volatile.Read(ref tid) == 0 || !File.ReadAllText($"/proc/self/task/{tid}/syscall").StartsWith(number, StringComparison.Ordinal))
        {
            Thread.Sleep(1);
        }

        return tid.ToString(CultureInfo.InvariantCulture);
    }

    static void WaitOnce(string call, int pipe)
    {
        LibC.timespec day = new() { tv_sec = 86_400 };
        uint word = 0;
        switch (call)
        {
            case "pause" or "dispatch":
                _ = TargetNatives.pause();
                break;
            case "futex":
                _ = TargetNatives.syscall(TargetNatives.SYS_futex, &word, 0, 0, &day);
                break;
            case "read":
                _ = LibC.read(pipe, &word, sizeof(uint));
                break;
            default:
                _ = LibC.clock_nanosleep(LibC.CLOCK_MONOTONIC, 0, &day, null);
                break;
        }
    }

    static string Inject(string[] words)
    {
        int pid = int.Parse(words[0], CultureInfo.InvariantCulture);
        int tid = int.Parse(words[1], CultureInfo.InvariantCulture);
        AddressRange range = new(Number(words[2]), Number(words[2]) + Number(words[3]));
        InjectionStep last = Enum.Parse<InjectionStep>(words[4]);
        using MonitoredProcess process = new(pid, PidFd.Open(pid, out _)!, new ProcFileSystem());
        InjectionResult result = AdviceInjector.Advise(process, [range], LibC.MADV_HUGEPAGE, tid, step =>
        {
            if (step == last)
            {
                _ = LibC.kill(Environment.ProcessId, LibC.SIGKILL);
                Thread.Sleep(Timeout.Infinite);
            }
        });
        return result.ToString();
    }

    static string Spawn(string[] commands)
    {
        IReadOnlyList<string> program = CommandLine(commands);
        Process child = Process.Start(new ProcessStartInfo(
            program[0],
            program.Skip(1))
        { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        s_children.Push(child);
        return string.Join(' ', [child.Id.ToString(CultureInfo.InvariantCulture), .. commands.Select(_ => child.StandardOutput.ReadLine())]);
    }

    static int ExecuteAs(uint user, string program, string[] arguments)
    {
        if (TargetNatives.setgroups(0, null) != 0 || TargetNatives.setresgid(user, user, user) != 0 || TargetNatives.setresuid(user, user, user) != 0)
        {
            Console.Error.WriteLine($"user {user}: {((Errno)Marshal.GetLastPInvokeError()).ToText()}");
            return 126;
        }

        Console.Error.WriteLine($"{program}: errno {TargetNatives.Execute(program, arguments)}");
        return 127;
    }

    static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
