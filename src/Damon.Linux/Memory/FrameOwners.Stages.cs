using System.Numerics;
using Damon.Monitoring;
using static Damon.Linux.Memory.PageTableFormat.X64;

namespace Damon.Linux.Memory;

/// <content>The way from frames to mappings: each stage reads kernel memory for all frames at once.</content>
sealed partial class FrameOwners
{
    /// <summary>Addresses to follow lie in the direct map of memory: nothing else is read, so no device is touched.</summary>
    bool IsObject(ulong address) => address - _walker.DirectMap < _memoryEnd && (address & 7) == 0;

    bool IsMemory(ulong frame) => frame < _memoryEnd >> Page.Shift;

    bool Peek(int count) => _walker.Peek(count) == WalkStatus.Ok;

    /// <summary>The first page of each frame's folio.</summary>
    bool ReadHeads(ReadOnlySpan<ulong> frames, bool onePerFolio)
    {
        ulong pages = _walker.PageArray;
        Span<ulong> addresses = _walker.Addresses;
        ulong compoundHead = (ulong)_layout.PageCompoundHead!.Value;
        for (int i = 0; i < frames.Length; i++)
        {
            addresses[i] = IsMemory(frames[i]) ? pages + (frames[i] * _pageSize) + compoundHead : 0;
        }

        if (!Peek(frames.Length))
        {
            return false;
        }

        ReadOnlySpan<ulong> words = _walker.Words;
        int shift = BitOperations.IsPow2(_pageSize) ? BitOperations.Log2(_pageSize) : 0;
        for (int i = 0; i < frames.Length; i++)
        {
            ulong page = pages + (frames[i] * _pageSize);
            ulong head = frames[i];
            if ((words[i] & 1) != 0)
            {
                ulong distance = page - (words[i] - 1);
                ulong before = shift != 0 ? distance >> shift : distance / _pageSize;
                if (before < 1UL << Level3Order && before <= head)
                {
                    head -= before;
                    page = words[i] - 1;
                }
            }

            if (onePerFolio && Count > 0 && _frames[Count - 1].Head == head)
            {
                continue;
            }

            _frames[Count] = new FrameFacts { Frame = frames[i], Head = head, FirstMapping = -1 };
            _folios[Count++] = page;
        }

        return true;
    }

    bool ReadFolios()
    {
        Span<ulong> addresses = _walker.Addresses;
        ulong mapping = (ulong)_map.FolioMapping;
        ulong index = (ulong)_layout.FolioIndex!.Value;
        ulong mapCount = (ulong)_layout.PageMapCount!.Value;
        for (int i = 0; i < Count; i++)
        {
            ulong folio = _folios[i];
            bool isMemory = IsMemory(_frames[i].Frame);
            int at = i * WordsPerFrame;
            addresses[at] = isMemory ? folio : 0;
            addresses[at + 1] = isMemory ? folio + mapping : 0;
            addresses[at + 2] = isMemory ? folio + index : 0;
            addresses[at + 3] = isMemory ? folio + mapCount : 0;
        }

        return Peek(Count * WordsPerFrame);
    }

    bool ReadRoots()
    {
        int count = Count;
        ReadOnlySpan<ulong> words = _walker.Words;
        Span<ulong> addresses = _walker.Addresses;
        ulong headBit = 1UL << _layout.PgHead!.Value;
        for (int i = 0; i < count; i++)
        {
            ref FrameFacts frame = ref _frames[i];
            int at = i * WordsPerFrame;
            frame.Flags = words[at];
            frame.Mapping = words[at + 1];
            frame.Index = words[at + 2] + (frame.Frame - frame.Head);
            frame.MapCount = (int)(uint)words[at + 3];
            ulong owner = frame.Mapping & ~MappingBits;
            bool isFollowed = (frame.Mapping & NotFollowedBit) == 0 && IsObject(owner) && frame.MapCount >= LeastMapCount && frame.Index < MaxIndex;
            frame.State = isFollowed ? FrameState.Unmapped : FrameState.Unowned;

            bool isLarge = (frame.Flags & headBit) != 0;
            addresses[at] = !isFollowed ? 0 : owner + (ulong)(frame.IsAnonymous ? _map.AnonVmaRoot : _map.FileRoot);
            addresses[at + 1] = isFollowed && isLarge ? _folios[i] + (ulong)_layout.FolioOrder!.Value : 0;
            addresses[at + 2] = isFollowed && isLarge && _layout.FolioLargeMapCount is { } offset ? _folios[i] + (ulong)offset : 0;
            addresses[at + 3] = 0;
        }

        if (!Peek(count * WordsPerFrame))
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            ref FrameFacts frame = ref _frames[i];
            int at = i * WordsPerFrame;
            if (addresses[at + 1] != 0)
            {
                frame.Order = (int)(words[at + 1] & 0xff);
                frame.MapCount = (int)(uint)words[at + 2];
                if (frame.Order > Level3Order || frame.Frame - frame.Head >= 1UL << frame.Order)
                {
                    frame.Order = 0;
                    frame.State = FrameState.Unowned;
                }
            }

            _depths[i] = 0;
            _visited[i] = 0;
            if (frame.State == FrameState.Unmapped)
            {
                Push(i, words[at]);
            }
        }

        // From here on only those that have a tree.
        _nrActive = 0;
        for (int i = 0; i < count; i++)
        {
            if (_depths[i] > 0)
            {
                _active[_nrActive++] = i;
            }
        }

        return true;
    }

    void Push(int frame, ulong node)
    {
        if (IsObject(node) && _depths[frame] < StackDepth)
        {
            _stacks[(frame * StackDepth) + _depths[frame]++] = node;
        }
    }

    /// <summary>Goes down all trees at once, one node of each per round, where they can have what is looked for.</summary>
    bool FollowTrees()
    {
        Span<ulong> addresses = _walker.Addresses;
        ReadOnlySpan<ulong> words = _walker.Words;
        while (_nrActive > 0)
        {
            for (int j = 0; j < _nrActive; j++)
            {
                int i = _active[j];
                ulong node = _stacks[(i * StackDepth) + --_depths[i]];
                bool isAnonymous = _frames[i].IsAnonymous;
                _nodes[j] = node;
                _visited[i]++;
                int at = j * WordsPerFrame;
                addresses[at] = node + (ulong)_map.NodeLeft;
                addresses[at + 1] = node + (ulong)_map.NodeRight;
                addresses[at + 2] = isAnonymous ? node - (ulong)_map.ChainNode + (ulong)_map.ChainSubtreeLast : node + (ulong)_map.NodeSize;
                addresses[at + 3] = isAnonymous ? node - (ulong)_map.ChainNode + (ulong)_map.ChainVma : 0;
            }

            if (!Peek(_nrActive * WordsPerFrame))
            {
                return false;
            }

            // Right children wait in _nodes until it is known whether the mapping here begins before the page.
            for (int j = 0; j < _nrActive; j++)
            {
                int i = _active[j];
                int at = j * WordsPerFrame;
                bool isBelow = words[at + 2] >= _frames[i].Index;
                ulong vma = _frames[i].IsAnonymous ? words[at + 3] : _nodes[j] - (ulong)_map.VmaNode;
                _nodes[j] = isBelow ? words[at + 1] : 0;
                ulong left = isBelow ? words[at] : 0;
                vma = isBelow && IsObject(vma) ? vma : 0;
                _left[j] = left;
                addresses[at] = vma == 0 ? 0 : vma + (ulong)_map.VmaStart;
                addresses[at + 1] = vma == 0 ? 0 : vma + (ulong)_map.VmaEnd;
                addresses[at + 2] = vma == 0 ? 0 : vma + (ulong)_map.VmaFirstPage;
                addresses[at + 3] = vma == 0 ? 0 : vma + (ulong)_map.VmaMm;
            }

            if (!Peek(_nrActive * WordsPerFrame))
            {
                return false;
            }

            int kept = 0;
            for (int j = 0; j < _nrActive; j++)
            {
                int i = _active[j];
                int at = j * WordsPerFrame;
                if (addresses[at] == 0 || words[at + 2] <= _frames[i].Index)
                {
                    Push(i, _nodes[j]);
                    if (addresses[at] != 0)
                    {
                        AddMapping(i, words[at], words[at + 1], words[at + 2], words[at + 3]);
                    }
                }

                Push(i, _left[j]);
                if (_depths[i] > 0 && _visited[i] < MaxNodesPerFrame && _frames[i].NrMappings < MaxMappingsPerFrame)
                {
                    _active[kept++] = i;
                }
            }

            _nrActive = kept;
        }

        return true;
    }

    void AddMapping(int i, ulong start, ulong end, ulong firstPage, ulong mm)
    {
        ulong address = start + ((_frames[i].Index - firstPage) << Page.Shift);
        if (address < start || address >= end || end > UserEndOf5Levels || !IsObject(mm))
        {
            return;
        }

        if (_nrMappings == _mappings.Length)
        {
            Array.Resize(ref _mappings, _nrMappings * 2);
        }

        // Counted as found until the page tables say otherwise.
        _frames[i].NrMappings++;
        _mappings[_nrMappings++] = new FrameMapping { Frame = i, Address = address, MappingStart = start, MappingEnd = end, Mm = mm };
    }

    bool ReadSpaces()
    {
        _spaces.Clear();
        int count = 0;
        for (int j = 0; j < _nrMappings; j++)
        {
            if (_spaces.TryAdd(_mappings[j].Mm, count))
            {
                if (count == _spaceList.Length)
                {
                    Array.Resize(ref _spaceList, count * 2);
                }

                _spaceList[count++] = (_mappings[j].Mm, 0, 0);
            }
        }

        Span<ulong> addresses = _walker.Addresses;
        const int PerRun = PageTableWalker.BatchCapacity / 2;
        for (int first = 0; first < count; first += PerRun)
        {
            int length = Math.Min(PerRun, count - first);
            for (int k = 0; k < length; k++)
            {
                ulong mm = _spaceList[first + k].Mm;
                addresses[2 * k] = mm + (ulong)_layout.MmPgd;
                addresses[(2 * k) + 1] = _layout.MmOwner is { } owner ? mm + (ulong)owner : 0;
            }

            if (!Peek(2 * length))
            {
                return false;
            }

            for (int k = 0; k < length; k++)
            {
                ulong table = _walker.Words[2 * k];
                ulong task = _walker.Words[(2 * k) + 1];
                _spaceList[first + k] = (_spaceList[first + k].Mm, IsObject(table) ? table : 0, IsObject(task) ? task : 0);
            }
        }

        return true;
    }

    /// <summary>Keeps those mappings through which the page tables do lead to the frame.</summary>
    bool Verify()
    {
        int kept = 0;
        for (int first = 0; first < _nrMappings; first += PageTableWalker.BatchCapacity)
        {
            int length = Math.Min(PageTableWalker.BatchCapacity, _nrMappings - first);
            for (int k = 0; k < length; k++)
            {
                ref FrameMapping mapping = ref _mappings[first + k];
                (_, mapping.Table, mapping.Task) = _spaceList[_spaces[mapping.Mm]];
                _walker.Tables[k] = mapping.Table;
                _walker.Addresses[k] = mapping.Address;
            }

            if (_walker.WalkSpaces(length) != WalkStatus.Ok)
            {
                _nrMappings = 0;
                return false;
            }

            for (int k = 0; k < length; k++)
            {
                FrameMapping mapping = _mappings[first + k];
                ref FrameFacts frame = ref _frames[mapping.Frame];
                mapping.Entry = _walker.Entries[k];
                if (mapping.Table == 0 || !Maps(mapping.Entry, mapping.Address, frame.Frame))
                {
                    frame.NrMappings--;
                    continue;
                }

                frame.State = FrameState.Mapped;
                mapping.Next = frame.FirstMapping;
                frame.FirstMapping = kept;
                _mappings[kept++] = mapping;
            }
        }

        _nrMappings = kept;
        return true;
    }
}
