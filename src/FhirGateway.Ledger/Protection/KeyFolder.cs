using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Logging.Abstractions;

namespace FhirGateway.Ledger.Protection;

/// <summary>A ring's folder: a key is on disk before anything is sealed by it, since the ledger's rows are.</summary>
internal sealed class KeyFolder : FileSystemXmlRepository
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private KeyFolder(DirectoryInfo folder)
        : base(folder, NullLoggerFactory.Instance)
    {
    }

    public static KeyFolder At(string folder)
    {
        if (!System.IO.Directory.Exists(folder))
        {
            if (OperatingSystem.IsWindows()) System.IO.Directory.CreateDirectory(folder);
            else System.IO.Directory.CreateDirectory(folder, OwnerOnly);
        }

        return new KeyFolder(new DirectoryInfo(folder));
    }

    public override void StoreElement(XElement element, string friendlyName)
    {
        base.StoreElement(element, friendlyName);
        foreach (var file in Directory.GetFiles("*.xml"))
        {
            using var written = file.Open(FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            written.Flush(flushToDisk: true);
        }
    }
}
