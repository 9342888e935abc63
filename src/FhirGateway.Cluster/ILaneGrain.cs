namespace FhirGateway.Cluster;

/// <summary>
/// A lane, wherever in the cluster it is worked. Its key tells nothing of the lane (<see cref="LaneKeys"/>): keys stand in logs.
/// </summary>
internal interface ILaneGrain : IGrainWithStringKey
{
    /// <summary>There is something due in the lane: the gateway that has it begins to work, unless it is at it already.</summary>
    /// <returns>Whether it does; not where that gateway takes nothing on at present. The lane is then free to go elsewhere.</returns>
    Task<bool> WakeAsync(LaneName lane);
}
