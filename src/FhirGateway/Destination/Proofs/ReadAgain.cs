using System.Security.Cryptography;

namespace FhirGateway.Destination.Proofs;

/// <summary>
/// What is made of some files, made anew once they hold something else: so a key is rotated without a restart. While they can't be used,
/// such as half written, what was made of them before stands.
/// </summary>
/// <param name="files">Their paths.</param>
/// <param name="make">Makes it of the files' bytes, in their order.</param>
/// <param name="unusable">Told once of each content that can't be used.</param>
internal sealed class ReadAgain<T>(
    IReadOnlyList<string> files, Func<IReadOnlyList<byte[]>, T> make, TimeProvider clock, Action<Exception> unusable)
    where T : class
{
    // The files are read, and not only their dates: what orchestrators mount are links, whose dates say little.
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private T? _made;
    private string _madeOf = "";
    private string? _toldOf;
    private long _readAt;

    /// <summary>What the files make, as they were within the last ten seconds.</summary>
    /// <exception cref="IOException">They can't be read, and never could. What <c>make</c> throws comes through then, too.</exception>
    public T Current
    {
        get
        {
            lock (_lock)
            {
                if (_made is not null && clock.GetElapsedTime(_readAt) < Often) return _made;
                _readAt = clock.GetTimestamp();
                var content = "";
                try
                {
                    var bytes = files.Select(File.ReadAllBytes).ToList();
                    content = string.Concat(bytes.Select(each => Convert.ToHexString(SHA256.HashData(each))));
                    if (_made is null || content != _madeOf) (_made, _madeOf) = (make(bytes), content);
                    _toldOf = null;
                }
                catch (Exception failure) when (_made is not null && Unusable.Is(failure))
                {
                    if (_toldOf != content) unusable(failure);
                    _toldOf = content;
                }

                return _made;
            }
        }
    }
}

/// <summary>Files that can't be used.</summary>
internal static class Unusable
{
    /// <summary>Whether a failure says that a file is missing, or holds something else than it should.</summary>
    public static bool Is(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or FormatException;
}
