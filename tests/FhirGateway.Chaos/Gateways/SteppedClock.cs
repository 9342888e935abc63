using System.Globalization;

namespace FhirGateway.Chaos.Gateways;

/// <summary>
/// A wall clock that can be set while a gateway runs, by libfaketime (Debian's package faketime). .NET asks the C library for the time, so
/// it sees what the library is made to say; the clock that only runs forward stays true, as on a machine whose clock is set.
/// </summary>
internal sealed class SteppedClock(DirectoryInfo folder)
{
    private readonly string _file = Path.Combine(folder.FullName, "clock");

    private static readonly string? Library = ((string[])["x86_64", "aarch64"])
        .Select(machine => $"/usr/lib/{machine}-linux-gnu/faketime/libfaketime.so.1")
        .FirstOrDefault(File.Exists);

    public static bool IsThere => Library is not null;

    /// <summary>What a gateway must be started with to see this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = Library!,
        ["FAKETIME_TIMESTAMP_FILE"] = _file,
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["DONT_FAKE_MONOTONIC"] = "1",
    };

    /// <summary>Sets it apart from the true time; seen within a second.</summary>
    public void Set(TimeSpan apart)
    {
        var next = _file + ".next";
        File.WriteAllText(next, apart.TotalSeconds.ToString("+0;-0", CultureInfo.InvariantCulture) + "\n");
        File.Move(next, _file, overwrite: true);
    }
}
